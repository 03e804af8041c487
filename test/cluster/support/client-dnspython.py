"""Asks with dnspython: `client-dnspython.py post|get URL CA [TOKEN]`, over HTTPS with dns.query, or
`client-dnspython.py resolver URL`, with a dns.resolver whose name server is that URL. The questions are on standard
input, a JSON array of [name, type]; the answers are on standard output in their order, as a JSON array.
"""
import json
import sys

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import httpx


def lines(section):
    return sorted(line for rrset in section for line in rrset.to_text().splitlines())


def query(session, url, name, rdtype, post):
    question = dns.message.make_query(name, rdtype, use_edns=0, pad=128)
    response = dns.query.https(question, url, session=session, post=post, timeout=10)
    return {
        'rcode': dns.rcode.to_text(response.rcode()),
        'answer': lines(response.answer),
        'authority': lines(response.authority),
        'additional': lines(response.additional),
    }


def resolve(resolver, name, rdtype):
    try:
        return {'rcode': 'NOERROR', 'answer': lines([resolver.resolve(name, rdtype).rrset])}
    except dns.exception.DNSException as exception:
        return {'rcode': type(exception).__name__, 'answer': []}


def main():
    way, url, *rest = sys.argv[1:]
    questions = json.load(sys.stdin)
    if way == 'resolver':
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [url]
        answers = [resolve(resolver, name, rdtype) for name, rdtype in questions]
    else:
        ca, *token = rest
        headers = {'Authorization': f'Bearer {token[0]}'} if token else {}
        with httpx.Client(http2=True, verify=ca, headers=headers) as session:
            answers = [query(session, url, name, rdtype, way == 'post') for name, rdtype in questions]
    json.dump(answers, sys.stdout)


main()
