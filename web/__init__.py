"""The public site: server-rendered pages that read public marts and take pledges and complaints.

Works without JavaScript, cookies and fonts of others; Indonesian at `/…`, English at `/en/…`. What is shown of people are the public
marts' figures, in which small counts are hidden; a pledge, a donation receipt or a complaint is shown to whoever holds its code.
"""
