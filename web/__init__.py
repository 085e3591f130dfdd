"""The public site: server-rendered pages that read public marts and accept pledges and complaints.

It works without JavaScript, cookies and foreign fonts; Indonesian at `/…`, English at `/en/…`. Figures about people come from the
public marts, in which small counts are suppressed. A pledge, a donation receipt or a complaint is shown to the holder of its
code.
"""
