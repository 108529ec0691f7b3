#ifndef CORE_VERSION_H
#define CORE_VERSION_H

/* version: what `signalbox version`, /version and the API say. The Makefile reads it from here. */

#define SIGNALBOX_VERSION "0.1.0"

#endif
