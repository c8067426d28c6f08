#include "gateway/mail/mailer.h"
