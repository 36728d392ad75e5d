package io.xywebsocket.spring.client;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyClientHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What a server and its client offer each other, and the beans that do. */
final class Contracts {

    private Contracts() {}

    record Order(String sku, int amount) {}

    interface Store<T> {
        @XyRpc("store.find")
        Optional<T> find(String key);

        @XyRpc("store.all")
        List<T> all();
    }

    /** What the server offers. */
    interface Orders extends Store<Order> {
        @XyRpc("orders.place")
        Order place(String sku, int amount, Optional<String> note, @Nullable String customer);

        @XyRpc("orders.later")
        CompletableFuture<List<Order>> later(List<Order> orders);

        @XyRpc("orders.stage")
        CompletionStage<Optional<Order>> stage(Optional<String> sku);

        @XyRpc("orders.reset")
        void reset();

        @XyRpc("orders.payload")
        XyPayload payload(XyPayload payload);

        @XyRpc("orders.located")
        String located(String courier);

        @XyEvent("orders.note")
        boolean note(String text);

        @XyEvent("orders.pair")
        void pair(String one, String other);

        default int total(String sku) {
            return all().stream()
                    .filter(order -> order.sku().equals(sku))
                    .mapToInt(Order::amount)
                    .sum();
        }
    }

    /** What the client offers. */
    interface Courier {
        @XyRpc("courier.locate")
        String locate(String id);

        @XyEvent("courier.hurry")
        void hurry(String id);
    }

    /** Its parameters have names of its own: what counts is the contract's. */
    static class OrderDesk implements Orders {
        final List<String> seen = new CopyOnWriteArrayList<>();
        private final XyPeers peers;

        OrderDesk(XyPeers peers) {
            this.peers = peers;
        }

        @Override
        public Optional<Order> find(String sku) {
            return sku.equals("none") ? Optional.empty() : Optional.of(new Order(sku, 1));
        }

        @Override
        public List<Order> all() {
            return List.of(new Order("a", 1), new Order("b", 2), new Order("a", 3));
        }

        @Override
        public Order place(String what, int howMuch, Optional<String> remark, @Nullable String whoFor) {
            if (howMuch < 0) {
                throw new XyException(409, "conflict").with("code", "E42");
            }
            seen.add(remark + " " + whoFor);
            return new Order(what, howMuch);
        }

        @Override
        public CompletableFuture<List<Order>> later(List<Order> orders) {
            return CompletableFuture.completedFuture(orders);
        }

        @Override
        public CompletionStage<Optional<Order>> stage(Optional<String> sku) {
            return CompletableFuture.completedFuture(sku.map(known -> new Order(known, 7)));
        }

        @Override
        public void reset() {
            seen.clear();
        }

        @Override
        public XyPayload payload(XyPayload payload) {
            return payload;
        }

        @Override
        public String located(String courier) {
            XyPeer peer = peers.iterator().next();
            Courier remote = peer.proxy(Courier.class);
            remote.hurry(courier);
            return remote.locate(courier);
        }

        @Override
        public boolean note(String text) {
            return seen.add(text);
        }

        @Override
        public void pair(String first, String second) {
            seen.add(first + second);
        }
    }

    static class Echo {
        @XyRpc
        String echo(XyPayload payload) {
            return payload.isPresent() ? payload.json() : "nothing";
        }
    }

    interface Echoing {
        @XyRpc("echo")
        String whole(Optional<String> text);

        @XyRpc("echo")
        String members(Optional<String> one, @Nullable String other);
    }

    @XyClientHandler
    static class Rider implements Courier {
        final List<String> hurried = new CopyOnWriteArrayList<>();

        @Override
        public String locate(String id) {
            return id + " is here";
        }

        @Override
        public void hurry(String id) {
            hurried.add(id);
        }
    }
}
