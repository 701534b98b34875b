"""Each request comes from another peer: past the limits on signing up, in and ordering the shop
would refuse before it has looked at what was asked."""

import itertools

import schemathesis

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(numbers)
    peer = f"198.18.{number // 250 % 250}.{number % 250}"
    case.headers = {**(case.headers or {}), "X-Forwarded-For": peer}
