"""企业库 and 企业详情: the list, the firm, what is done with it."""
