from _stand_in import Quiet


class LambdaContext(Quiet):
    pass


LambdaContextIdentity = LambdaCognitoIdentity = LambdaClientContext = LambdaContext
LambdaClientContextMobileClient = DurableContextProtocol = LambdaContext
