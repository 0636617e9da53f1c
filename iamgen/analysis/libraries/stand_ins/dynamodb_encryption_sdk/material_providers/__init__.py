from _stand_in import Quiet

CryptographicMaterialsProvider = Quiet
