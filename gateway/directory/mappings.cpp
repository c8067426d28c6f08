#include "gateway/directory/mappings.h"
