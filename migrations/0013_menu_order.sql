-- The shelves in the order of the menu: a list that goes on from a place in it reads no more than it
-- shows.
create unique index categories_in_menu on categories (position, id);
