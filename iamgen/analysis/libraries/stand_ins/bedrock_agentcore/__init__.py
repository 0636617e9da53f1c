"""Bedrock AgentCore's own SDK 1.25: its application calls what is registered, its memory is a service.

Its other clients (gateway, identity, payments, policy, tools, evaluation) are gaps.
"""

from _stand_in import Quiet, Registry, call_later, client, data


class BedrockAgentCoreApp(Registry):
    def entrypoint(self, function):
        call_later(function)
        return function

    ping = websocket = async_task = entrypoint


BedrockAgentCoreContext = RequestContext = PingStatus = Quiet


class MemoryClient:
    """Data goes by `bedrock-agentcore`, memories themselves by `bedrock-agentcore-control`."""

    def __init__(self, region_name=None, integration_source=None, boto3_session=None, **options):
        self.gmdp_client = client("bedrock-agentcore", boto3_session, region_name=region_name)
        self.gmcp_client = client("bedrock-agentcore-control", boto3_session, region_name=region_name)
        records, memories = self.gmdp_client, self.gmcp_client
        self.get_memory, self.update_memory = memories.get_memory, memories.update_memory
        self.retrieve_memory_records, self.get_memory_record = (
            records.retrieve_memory_records,
            records.get_memory_record,
        )
        self.delete_memory_record, self.list_memory_records = records.delete_memory_record, records.list_memory_records
        self.batch_create_memory_records = records.batch_create_memory_records
        self.batch_delete_memory_records = records.batch_delete_memory_records
        self.batch_update_memory_records = records.batch_update_memory_records
        self.get_event, self.delete_event = records.get_event, records.delete_event
        self.list_sessions, self.list_actors = records.list_sessions, records.list_actors
        self.start_memory_extraction_job = records.start_memory_extraction_job
        self.list_memory_extraction_jobs = records.list_memory_extraction_jobs

    def create_memory(self, *args, **options):
        self.gmcp_client.create_memory(name=data(), eventExpiryDuration=90)
        return data()

    def create_memory_and_wait(self, *args, **options):
        self.create_memory()
        self.gmcp_client.get_memory(memoryId=data())
        return data()

    def create_or_get_memory(self, *args, **options):
        self.create_memory_and_wait()
        self.list_memories()
        return data()

    def list_memories(self, *args, **options):
        self.gmcp_client.list_memories()
        return data()

    def delete_memory(self, memory_id):
        self.gmcp_client.delete_memory(memoryId=memory_id)
        return data()

    def delete_memory_and_wait(self, memory_id, *args, **options):
        self.delete_memory(memory_id)
        self.gmcp_client.get_memory(memoryId=memory_id)
        return data()

    def get_memory_status(self, memory_id):
        self.gmcp_client.get_memory(memoryId=memory_id)
        return data()

    get_memory_strategies = get_memory_status

    def update_memory_strategies(self, memory_id, *args, **options):
        self.gmcp_client.get_memory(memoryId=memory_id)
        self.gmcp_client.update_memory(memoryId=memory_id)
        return data()

    update_memory_strategies_and_wait = add_strategy = modify_strategy = delete_strategy = update_memory_strategies
    add_semantic_strategy = add_summary_strategy = add_user_preference_strategy = update_memory_strategies
    add_semantic_strategy_and_wait = add_summary_strategy_and_wait = update_memory_strategies
    add_user_preference_strategy_and_wait = add_episodic_strategy = add_episodic_strategy_and_wait = (
        update_memory_strategies
    )
    add_custom_semantic_strategy = add_custom_semantic_strategy_and_wait = update_memory_strategies
    add_custom_episodic_strategy = add_custom_episodic_strategy_and_wait = update_memory_strategies

    def create_event(self, memory_id, actor_id, session_id, *args, **options):
        return self.gmdp_client.create_event(memoryId=memory_id, actorId=actor_id, sessionId=session_id)

    create_blob_event = save_conversation = fork_conversation = create_event

    def list_events(self, memory_id, actor_id, session_id, *args, **options):
        self.gmdp_client.list_events(memoryId=memory_id, actorId=actor_id, sessionId=session_id)
        return data()

    get_last_k_turns = list_branches = list_branch_events = get_conversation_tree = merge_branch_context = list_events

    def retrieve_memories(self, memory_id, *args, **options):
        self.gmdp_client.retrieve_memory_records(memoryId=memory_id, searchCriteria=data())
        return data()

    def wait_for_memories(self, memory_id, *args, **options):
        return self.retrieve_memories(memory_id)

    def process_turn_with_llm(self, memory_id, actor_id, session_id, user_input, llm_callback, *args, **options):
        self.retrieve_memories(memory_id)
        call_later(llm_callback)
        self.create_event(memory_id, actor_id, session_id)
        return data()

    def _leaves(self):
        self.create_event(data(), data(), data())
        self.list_events(data(), data(), data())
        self.retrieve_memories(data())
