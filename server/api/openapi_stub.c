#include "api/openapi.h"
#include "core/buf.h"
void
openapi_write(struct buf *buf, const struct settings *settings)
{
    (void) settings;
    buf_adds(buf, "{}");
}
