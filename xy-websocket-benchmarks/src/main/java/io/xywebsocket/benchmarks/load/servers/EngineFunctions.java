package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import java.util.concurrent.atomic.LongAdder;

/** What our servers offer to their clients. Thread-safe. */
class EngineFunctions {

    private final LongAdder events = new LongAdder();

    @XyRpc("echo")
    Item echo(Item item) {
        return item;
    }

    @XyRpc("order")
    Order order(Order order) {
        return order;
    }

    @XyRpc("block")
    Item block(Item item) throws InterruptedException {
        Thread.sleep(50);
        return item;
    }

    @XyEvent("note")
    void note(Item item) {
        events.increment();
    }

    long events() {
        return events.sum();
    }
}
