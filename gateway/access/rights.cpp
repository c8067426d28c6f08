#include "gateway/access/rights.h"
