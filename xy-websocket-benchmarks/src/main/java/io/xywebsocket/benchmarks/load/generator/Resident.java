package io.xywebsocket.benchmarks.load.generator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One of the {@link Residents}. */
final class Resident implements Script {

    private static final long SECOND = 1_000_000_000;
    private static final long PATIENCE = 20 * SECOND;
    private static final String UNWANTED = "\"unwanted\"";
    private static final int FLOOD = 500;
    private static final int TOO_LARGE = 1 << 21;
    private static final int HALF_A_MESSAGE = 200_000;
    private static final int CHATTER = 500;
    private static final int HELD_CALLS = 300;
    private static final int HELD_BYTES = 300_000;

    /** Functions of the server and what their answers begin with. */
    private static final List<String> FUNCTIONS = List.of("echo", "echo", "echo", "slow", "later", "fail", "nobody");

    private static final List<String> RUDENESS = List.of(
            "no JSON",
            "{\"e\":\"c.echo\",\"p\":",
            "{\"p\":1}",
            "{\"e\":\"c.echo\",\"p\":{}}",
            "{\"e\":\"resolve.echo\",\"id\":\"123456\",\"p\":1}",
            "{\"e\":\"c.echo\",\"p\":[[[\"not an item\"]]],\"id\":{\"a\":1}}",
            "[".repeat(2_000));

    private final Residents town;
    private final Manner manner;
    private final Random random;
    private final long leaveAt;

    private @Nullable Connection connection;
    private boolean open;
    private boolean leaving;
    private boolean begun;
    private long nextDeed;
    private int calls;
    private @Nullable String awaited;
    private long awaitedSince;

    Resident(Residents town, Manner manner, Random random) {
        this.town = town;
        this.manner = manner;
        this.random = random;
        this.leaveAt = System.nanoTime() + SECOND + (long) (random.nextDouble() * random.nextDouble() * 90 * SECOND);
    }

    void moveIn(Connection newConnection) {
        connection = newConnection;
        newConnection.play(this);
    }

    void arrived() {
        open = true;
        nextDeed = System.nanoTime() + (long) (random.nextDouble() * SECOND);
    }

    boolean isGone() {
        return connection == null || connection.isClosed();
    }

    void leave() {
        if (connection == null || leaving || isGone()) {
            return;
        }
        leaving = true;
        if (open && manner != Manner.DEAF && random.nextBoolean()) {
            connection.close();
        } else {
            connection.abort();
        }
    }

    void live(long now) {
        if (awaited != null && now - awaitedSince > PATIENCE) {
            town.fault("a call was not answered within 20 s");
            awaited = null;
        }
        if (!open || leaving || now - nextDeed < 0 || connection == null) {
            return;
        }
        if (now - leaveAt >= 0 && awaited == null) {
            leave();
            return;
        }
        nextDeed = now + (long) ((0.2 + 2 * random.nextDouble()) * SECOND);
        switch (manner) {
            case CALLER -> call(now);
            case DEAF -> connection.reading(false);
            case FLOODER -> flood();
            case RUDE -> offend();
            case HALF -> begin(HALF_A_MESSAGE);
            case DRIPPER -> begin(1);
            case CHATTERER -> chatter();
            case HOG -> hog();
            default -> {}
        }
    }

    private void call(long now) {
        if (random.nextInt(4) == 0) {
            send("{\"e\":\"e.note\",\"p\":" + item(calls) + "}");
        }
        if (random.nextInt(5) == 0) {
            changeItsMind();
        }
        if (awaited == null) {
            String function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
            String id = "\"c" + ++calls + '"';
            send("{\"e\":\"c." + function + "\",\"p\":" + item(calls) + ",\"id\":" + id + ",\"ttl\":15000}");
            awaited = answer(function, id);
            awaitedSince = now;
        }
    }

    /** Calls whose answers don't matter: one is cancelled, one has less time than it takes. */
    private void changeItsMind() {
        send("{\"e\":\"c.later\",\"p\":" + item(1) + ",\"id\":" + UNWANTED + ",\"ttl\":60000}");
        send("{\"e\":\"cancel.later\",\"id\":" + UNWANTED + "}");
        send("{\"e\":\"c.slow\",\"p\":" + item(1) + ",\"id\":" + UNWANTED + ",\"ttl\":1}");
    }

    private String answer(String function, String id) {
        return switch (function) {
            case "fail" -> "{\"e\":\"reject.fail\",\"id\":" + id + ",\"p\":{\"ok\":false,\"status\":409";
            case "nobody" -> "{\"e\":\"reject.nobody\",\"id\":" + id + ",\"p\":{\"ok\":false,\"status\":404";
            default -> "{\"e\":\"resolve." + function + "\",\"id\":" + id + ",\"p\":" + item(calls) + "}";
        };
    }

    private static String item(int number) {
        return "{\"id\":" + number + ",\"note\":\"" + "n".repeat(40 * (number % 20))
                + "\",\"price\":1.5,\"sku\":\"A\"}";
    }

    private void flood() {
        byte[] call = frame("{\"e\":\"c.slow\",\"p\":" + item(1) + ",\"id\":\"f\"}");
        for (int i = 0; i < FLOOD && connection != null; i++) {
            connection.add(call);
        }
        flush();
    }

    /** Begins a message, or goes on with it: the server waits for its end. */
    private void begin(int bytes) {
        if (connection != null && (manner == Manner.DRIPPER || !begun)) {
            connection.add(Frames.fragment(begun ? Frames.CONTINUATION : Frames.TEXT, new byte[bytes]));
            begun = true;
            flush();
        }
    }

    private void chatter() {
        for (int i = 0; i < CHATTER && connection != null; i++) {
            connection.add(Frames.frame(i % 2 == 0 ? Frames.PING : Frames.PONG, new byte[0], false));
            connection.add(Frames.fragment(begun ? Frames.CONTINUATION : Frames.TEXT, new byte[0]));
            begun = true;
        }
        flush();
    }

    private void hog() {
        byte[] held = frame("{\"e\":\"c.ask\",\"p\":" + item(1) + ",\"id\":\"h\"}");
        for (int i = 0; i < HELD_CALLS && connection != null; i++) {
            connection.add(held);
        }
        if (connection != null) {
            String much = "n".repeat(HELD_BYTES);
            connection.add(frame("{\"e\":\"c.ask\",\"p\":{\"id\":1,\"note\":\"" + much
                    + "\",\"price\":1.5,\"sku\":\"A\"},\"id\":\"p\"}"));
            connection.add(frame("{\"e\":\"c.ask\",\"p\":" + item(1) + ",\"id\":\"" + much + "\"}"));
        }
        flush();
    }

    private void offend() {
        int dice = random.nextInt(RUDENESS.size() + 2);
        if (dice < RUDENESS.size()) {
            send(RUDENESS.get(dice));
        } else if (connection != null) {
            boolean binary = dice == RUDENESS.size();
            connection.add(Frames.frame(binary ? 2 : Frames.TEXT, new byte[binary ? 10 : TOO_LARGE], false));
            flush();
        }
    }

    private void send(String text) {
        if (connection != null) {
            connection.add(frame(text));
            flush();
        }
    }

    private void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    private static byte[] frame(String text) {
        return Frames.text(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void text(Connection from, byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        if (text.startsWith("{\"e\":\"c.")) {
            called(text);
        } else if (text.startsWith("{\"e\":\"r") && manner == Manner.CALLER && !text.contains(UNWANTED)) {
            if (awaited == null || !text.startsWith(awaited)) {
                town.fault("a wrong answer");
            }
            awaited = null;
            town.answers++;
        }
    }

    /** The server's calls are echoed. */
    private void called(String call) {
        int id = call.lastIndexOf(",\"id\":");
        int idEnd = call.indexOf('"', id + ",\"id\":\"".length()) + 1;
        int payload = call.indexOf(",\"p\":");
        if (manner != Manner.MUTE && manner != Manner.HOG) {
            send("{\"e\":\"resolve.echo\"" + call.substring(id, idEnd) + call.substring(payload, id) + "}");
            town.answered++;
        }
    }

    @Override
    public void closed(Connection from) {
        if (manner.behaves() && !leaving) {
            town.fault(open ? "a peer that behaves was dropped" : "a peer that behaves was refused");
        }
    }
}
