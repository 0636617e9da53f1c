"""dependency_injector, as of 4.46: containers of providers, which make what they are asked for.

Source: dependency_injector/providers.pyx, containers.pyx, wiring.py
"""

from dependency_injector import containers, providers, wiring
