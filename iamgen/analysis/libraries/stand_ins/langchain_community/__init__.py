"""langchain-community: what of it reaches AWS; the rest is a gap where it is called."""

from langchain_aws import (
    AmazonKendraRetriever,
    AmazonKnowledgeBasesRetriever,
    BedrockChat,
    BedrockEmbeddings,
    BedrockLLM,
)
from langchain_aws import SagemakerEndpoint
from _stand_in import Framework, Quiet, call_later, client, data, gap, s3_paths

Bedrock = BedrockLLM


class S3FileLoader(Quiet):
    def __init__(self, bucket, key, *, region_name=None, aws_access_key_id=None, **options):
        self.s3 = client("s3", region_name=region_name, aws_access_key_id=aws_access_key_id)
        self.bucket, self.key = bucket, key

    def load(self):
        self.s3.download_file(self.bucket, self.key, data())
        return [data()]

    lazy_load = load_and_split = load


class S3DirectoryLoader(S3FileLoader):
    def __init__(self, bucket, prefix="", *, region_name=None, aws_access_key_id=None, **options):
        super().__init__(bucket, prefix + data(), region_name=region_name, aws_access_key_id=aws_access_key_id)
        self.prefix = prefix

    def load(self):
        self.s3.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix)
        return super().load()

    lazy_load = load_and_split = load


class DynamoDBChatMessageHistory(Quiet):
    def __init__(
        self,
        table_name,
        session_id,
        endpoint_url=None,
        primary_key_name="SessionId",
        key=None,
        boto3_session=None,
        **options,
    ):
        self.dynamodb = client("dynamodb", boto3_session)
        self.table_name = table_name

    @property
    def messages(self):
        self.dynamodb.get_item(TableName=self.table_name, Key=data())
        return [data()]

    def add_message(self, message):
        self.dynamodb.get_item(TableName=self.table_name, Key=data())
        self.dynamodb.put_item(TableName=self.table_name, Item=data())

    add_user_message = add_ai_message = add_messages = add_message

    def clear(self):
        self.dynamodb.delete_item(TableName=self.table_name, Key=data())

    def _leaves(self):
        self.add_message(data())


# Stores of vectors in memory, in files or of other vendors: they ask the embedding model that they are given.
FAISS = InMemoryVectorStore = Chroma = Pinecone = PGVector = Qdrant = Weaviate = Milvus = Annoy = Framework
Redis = SKLearnVectorStore = LanceDB = SupabaseVectorStore = ElasticsearchStore = DocArrayInMemorySearch = Framework
BM25Retriever = EnsembleRetriever = ContextualCompressionRetriever = TFIDFRetriever = Framework

# Readers of local files and of pages of the web.
AsyncHtmlLoader = BSHTMLLoader = CSVLoader = DataFrameLoader = DirectoryLoader = Docx2txtLoader = JSONLoader = Framework
PDFMinerLoader = PDFPlumberLoader = PyMuPDFLoader = PyPDFDirectoryLoader = PyPDFLoader = PyPDFium2Loader = Framework
RecursiveUrlLoader = SitemapLoader = TextLoader = UnstructuredExcelLoader = UnstructuredFileLoader = Framework
UnstructuredHTMLLoader = UnstructuredMarkdownLoader = UnstructuredPDFLoader = UnstructuredPowerPointLoader = Framework
UnstructuredURLLoader = UnstructuredWordDocumentLoader = WebBaseLoader = WikipediaLoader = YoutubeLoader = Framework

# Models, searches and stores that are not of AWS.
AzureChatOpenAI = AzureOpenAI = ChatAnthropic = ChatOllama = ChatOpenAI = Ollama = OpenAI = OpenAIEmbeddings = Framework
FakeEmbeddings = HuggingFaceBgeEmbeddings = HuggingFaceEmbeddings = HuggingFaceHub = OllamaEmbeddings = Framework
ArxivQueryRun = DuckDuckGoSearchRun = SerpAPIWrapper = TavilySearchResults = WikipediaQueryRun = Framework
ArxivAPIWrapper = DuckDuckGoSearchAPIWrapper = WikipediaAPIWrapper = SQLDatabase = QuerySQLDataBaseTool = Framework
ChatMessageHistory = PostgresChatMessageHistory = RedisChatMessageHistory = SQLChatMessageHistory = Framework
get_openai_callback = Framework


class Unread(Framework):
    """What speaks to AWS in a way that is not read."""

    def __init__(self, *args, **options):
        gap("what a part of langchain-community for AWS sends")

    @classmethod
    def from_documents(cls, *args, **options):
        call_later(args, options)
        return cls()

    from_texts = from_llm = from_embeddings = from_existing_index = from_documents


AmazonComprehendModerationChain = AmazonTextractPDFLoader = AmazonTextractPDFParser = AthenaLoader = Unread
DocumentDBVectorSearch = GlueCatalogLoader = NeptuneAnalyticsGraph = NeptuneGraph = NeptuneRdfGraph = Unread
MemoryDB = OpenSearchVectorSearch = SagemakerEndpointEmbeddings = Unread
