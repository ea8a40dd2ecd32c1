-- Which settlements are due is no business of the transaction manager: the cursor stands in the schema of the settlements.
drop table transactions.feed_cursor;
