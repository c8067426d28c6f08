#!/usr/bin/python3
"""The RFC 7643/7644 trace suite against any SCIM base URL: one line a case, with its section."""

import sys

import suite
import trace_concurrency
import trace_filters
import trace_hostile
import trace_lists
import trace_members
import trace_patch
import trace_protocol
import trace_resources

# Each registered its cases when it was imported.
TOPICS = (trace_resources, trace_filters, trace_lists, trace_patch, trace_members, trace_protocol,
          trace_concurrency, trace_hostile)

if __name__ == "__main__":
    order = [topic.__name__ for topic in TOPICS]
    suite.CASES.sort(key=lambda entry: order.index(entry[2].__module__))
    sys.exit(suite.run_cases(suite.arguments(__doc__).parse_args()))
