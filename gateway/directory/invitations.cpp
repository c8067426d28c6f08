#include "gateway/directory/invitations.h"
