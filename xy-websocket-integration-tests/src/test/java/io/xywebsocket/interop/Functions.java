package io.xywebsocket.interop;

import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What both ends of these tests offer each other; the same in JavaScript is in {@code src/test/node/functions.js}. */
final class Functions {

    record Note(String topic, String text) {}

    /** What an error carries that is thrown on purpose. */
    static final Map<String, Object> DETAILS =
            Map.of("code", "E42", "left", List.of(Collections.singletonMap("a", null), 1.5));

    private final Map<String, List<String>> notes = new ConcurrentHashMap<>();

    private Functions() {}

    static void offer(XyHandlers handlers) {
        Functions functions = new Functions();
        handlers.on("note", Note.class, functions::take);
        handlers.register("notes", String.class, topic -> functions.notes.getOrDefault(topic, List.of()));

        handlers.register("echo", (name, payload, peer) -> payload);
        handlers.register("nothing", (name, payload, peer) -> XyPayload.none());
        handlers.register("null", (name, payload, peer) -> null);
        handlers.register("slow", Long.class, Functions::slow);
        handlers.register("boom", (name, payload, peer) -> {
            throw new IllegalStateException("boom");
        });
        handlers.register("conflict", (name, payload, peer) -> {
            throw new XyException(409, "conflict").with("code", "E42").with("left", DETAILS.get("left"));
        });

        handlers.register("relay", (name, ask, peer) -> relay(ask.members(), peer));
        handlers.register("tell", (name, what, peer) -> tell(what.members(), peer));
        handlers.on("hang.up", (name, payload, peer) -> peer.close());
    }

    /** The payload of {@code relay} and {@code ask}: call that function of your caller, without a payload. */
    static Map<String, Object> ask(String function) {
        return Map.of("function", function);
    }

    /** The payload of {@code relay} and {@code ask}: call that function of your caller. */
    static Map<String, Object> ask(String function, @Nullable Object payload) {
        Map<String, Object> ask = new LinkedHashMap<>(ask(function));
        ask.put("payload", payload);
        return ask;
    }

    private void take(Note note) {
        LockSupport.parkNanos(500_000); // long enough for a call that came after it to be wrong if it didn't wait
        notes.computeIfAbsent(note.topic, topic -> new CopyOnWriteArrayList<>()).add(note.text);
    }

    private static CompletableFuture<String> slow(long millis) {
        Executor later = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
        return CompletableFuture.supplyAsync(() -> "slow", later);
    }

    private static XyPayload relay(Map<String, XyPayload> ask, XyPeer caller) {
        String function = ask.get("function").as(String.class);
        return caller.await(function, ask.getOrDefault("payload", XyPayload.none()), XyPayload.class);
    }

    private static XyPayload tell(Map<String, XyPayload> what, XyPeer caller) {
        caller.send(what.get("event").as(String.class), what.getOrDefault("payload", XyPayload.none()));
        return XyPayload.none();
    }
}
