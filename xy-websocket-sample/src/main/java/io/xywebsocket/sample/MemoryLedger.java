package io.xywebsocket.sample;

import java.util.function.Function;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** On one node the books are in memory. */
@Component
@Profile("!cluster")
class MemoryLedger implements Ledger {

    private final Books books;

    MemoryLedger(City city) {
        books = Books.opened(city);
    }

    @Override
    public synchronized <T> T use(Function<Books, T> action) {
        T result = action.apply(books);
        books.doTheRest(); // under the lock: everybody hears of the changes in their order
        return result;
    }
}
