-- Nothing looks for carts by their age: a guest's ends with its session. Kept up, the index made each
-- "add" write pages of its own, and PostgreSQL write every other index of the cart anew as well.

drop index carts_by_age;
