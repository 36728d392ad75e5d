package io.xywebsocket.sample;

/**
 * An open page, as it stands in the books.
 *
 * @param page the same however often the page connects again, whereas the person's id is that of one connection
 */
record Visit(String page, Person person, long since) {

    static Visit of(String page, Person person) {
        return new Visit(page, person, System.currentTimeMillis());
    }

    long age() {
        return System.currentTimeMillis() - since;
    }
}
