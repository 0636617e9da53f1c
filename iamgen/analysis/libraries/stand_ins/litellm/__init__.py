"""LiteLLM, as of 1.109: a model's prefix tells the provider. Source: litellm/llms/bedrock, litellm/llms/sagemaker"""

from _stand_in import Quiet, client, data, gap

drop_params = set_verbose = data()


def completion(model, messages=None, *args, stream=False, aws_region_name=None, aws_access_key_id=None, **options):
    if model.startswith("bedrock/"):
        name = model.removeprefix("bedrock/")
        for route in ("converse/", "converse_like/", "invoke/"):
            name = name.removeprefix(route)
        runtime = client("bedrock-runtime", region_name=aws_region_name, aws_access_key_id=aws_access_key_id)
        if stream is not False:
            runtime.converse_stream(modelId=name, messages=data())
        if stream is not True:
            runtime.converse(modelId=name, messages=data())
    elif model.startswith("sagemaker"):
        name = model.rpartition("/")[2]
        runtime = client("sagemaker-runtime", region_name=aws_region_name, aws_access_key_id=aws_access_key_id)
        if stream is not False:
            runtime.invoke_endpoint_with_response_stream(EndpointName=name, Body=data())
        if stream is not True:
            runtime.invoke_endpoint(EndpointName=name, Body=data())
    return Quiet()


text_completion = completion


async def acompletion(model, messages=None, *args, **options):
    return completion(model, messages, **options)


def embedding(model, input=None, *args, aws_region_name=None, aws_access_key_id=None, **options):
    if model.startswith("bedrock/"):
        runtime = client("bedrock-runtime", region_name=aws_region_name, aws_access_key_id=aws_access_key_id)
        runtime.invoke_model(modelId=model.removeprefix("bedrock/"), body=data())
    elif model.startswith("sagemaker"):
        runtime = client("sagemaker-runtime", region_name=aws_region_name, aws_access_key_id=aws_access_key_id)
        runtime.invoke_endpoint(EndpointName=model.rpartition("/")[2], Body=data())
    return Quiet()


image_generation = embedding


async def aembedding(model, input=None, *args, **options):
    return embedding(model, input, **options)


def completion_cost(*args, **options):
    return data()


token_counter = get_model_info = supports_vision = completion_cost
exceptions = Quiet()
ModelResponse = Quiet


class Router(Quiet):
    """Models by name, from a list that may name Bedrock's."""

    def __init__(self, model_list=None, *args, **options):
        for one in model_list or []:
            completion(one["litellm_params"]["model"], stream=data())
