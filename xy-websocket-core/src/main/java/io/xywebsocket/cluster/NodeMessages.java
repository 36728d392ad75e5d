package io.xywebsocket.cluster;

import io.xywebsocket.XyNotConnectedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions and notices between the nodes of a cluster that are about no member. On a single node notices go nowhere and
 * questions fail. Thread-safe.
 */
public final class NodeMessages {

    /** Carries questions and notices to other nodes. */
    public interface Carrier {

        /** Returns the id of this node. */
        String node();

        /** Asks a node; fails with an {@link XyNotConnectedException} if it can't be asked or does not know. */
        CompletableFuture<String> ask(String node, String about, String text);

        /** Tells all other nodes. */
        void tell(String about, String text);
    }

    private final Map<String, Function<String, @Nullable String>> answers = new ConcurrentHashMap<>();
    private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();
    private volatile @Nullable Carrier carrier;

    /** Makes this node one of a cluster. */
    public void carriedBy(Carrier newCarrier) {
        carrier = newCarrier;
    }

    /** Returns the id of this node of the cluster; null without a cluster. */
    public @Nullable String node() {
        Carrier current = carrier;
        return current == null ? null : current.node();
    }

    /**
     * Answers other nodes.
     *
     * @param answer is given the text of the question and returns null if it does not know; called on the cluster's
     *     thread, which it must not block
     */
    public void answer(String about, Function<String, @Nullable String> answer) {
        answers.put(about, answer);
    }

    /**
     * Listens to other nodes.
     *
     * @param listener called on the cluster's thread, which it must not block
     */
    public void listen(String about, Consumer<String> listener) {
        listeners.put(about, listener);
    }

    /**
     * Asks another node.
     *
     * @return the answer; fails with an {@link XyNotConnectedException} if the node is not alive, this one is cut off, or
     *     the node does not know, and with an {@link io.xywebsocket.XyCallTimeoutException} after the call timeout
     */
    public CompletableFuture<String> ask(String node, String about, String text) {
        Carrier current = carrier;
        return current == null
                ? CompletableFuture.failedFuture(new XyNotConnectedException("This node is in no cluster"))
                : current.ask(node, about, text);
    }

    /** Tells all other nodes, as soon as they can be told. */
    public void tell(String about, String text) {
        Carrier current = carrier;
        if (current != null) {
            current.tell(about, text);
        }
    }

    /** Answers a question of another node; null if it is not known here. */
    public @Nullable String onQuestion(String about, String text) {
        Function<String, @Nullable String> answer = answers.get(about);
        return answer == null ? null : answer.apply(text);
    }

    /** Handles a notice of another node; returns false if nothing listens to it. */
    public boolean onNotice(String about, String text) {
        Consumer<String> listener = listeners.get(about);
        if (listener == null) {
            return false;
        }
        listener.accept(text);
        return true;
    }
}
