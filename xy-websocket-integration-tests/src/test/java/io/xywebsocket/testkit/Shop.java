package io.xywebsocket.testkit;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

/** The components of an application as users write them, for the tests of the kit's Spring side. */
final class Shop {

    private Shop() {}

    record Item(String sku, @Positive int amount) {}

    record Level(String sku, @JsonProperty("in_stock") int inStock) {}

    @Component
    static class Stock {

        private final Warehouse warehouse;
        private final XyBroadcaster broadcaster;

        Stock(Warehouse warehouse, XyBroadcaster broadcaster) {
            this.warehouse = warehouse;
            this.broadcaster = broadcaster;
        }

        @XyRpc("stock.level")
        Level level(String sku) {
            return new Level(sku, warehouse.inStock(sku));
        }

        @XyRpc("stock.take")
        boolean take(@Valid Item item, XyPeer peer) {
            boolean sure = peer.await("confirm", item, Boolean.class);
            if (sure) {
                broadcaster.broadcast("stock.changed", level(item.sku()));
            }
            return sure;
        }
    }

    interface Ordering {
        @XyRpc("order.count")
        int count(String customer);
    }

    /** Its handler is marked in the interface only. */
    @Component
    static class Orders implements Ordering {

        @Override
        public int count(String customer) {
            if (customer.isEmpty()) {
                throw new UnsupportedOperationException("nobody");
            }
            return customer.length();
        }
    }

    abstract static class Noticeboard {

        final List<String> notes = new CopyOnWriteArrayList<>();

        @XyEvent("note")
        void note(String text) {
            notes.add(text);
        }
    }

    /** Its handler is inherited. */
    @Component
    static class Notes extends Noticeboard {}

    @Component
    static class ShopErrors implements XyErrorMapper {

        @Override
        public @Nullable XyException map(Throwable error) {
            return error instanceof UnsupportedOperationException ? new XyException(501, "Not offered") : null;
        }
    }

    @Component
    static class ShopHours implements XyInterceptor {

        @Override
        public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
            if (call.name().equals("order.at-night")) {
                throw new XyException(423, "Closed");
            }
            return chain.proceed(call);
        }
    }

    @Service
    static class Warehouse {

        int inStock(String sku) {
            return 12;
        }
    }

    /** Sees peers come and go. */
    @Component
    static class Doorman {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @EventListener
        void up(XyConnectedEvent event) {
            seen.add("in " + event.peer().id());
        }

        @EventListener
        void down(XyDisconnectedEvent event) {
            seen.add("out " + event.peer().id());
        }
    }

    /** Something that a test of handlers has no use for. */
    @Configuration(proxyBeanMethods = false)
    static class Database {}
}
