# ckantoolkit hands out the toolkit's names at run time; type checkers see them here.
from ckan.plugins.toolkit import *
from ckan.common import CKANConfig as CKANConfig
