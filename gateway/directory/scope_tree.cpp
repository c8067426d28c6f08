#include "gateway/directory/scope_tree.h"
