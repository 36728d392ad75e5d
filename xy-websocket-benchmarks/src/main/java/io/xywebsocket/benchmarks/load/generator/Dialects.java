package io.xywebsocket.benchmarks.load.generator;

import java.util.List;

/** The protocols. */
public final class Dialects {

    private static final String ID = "V1StGXR8_Z5jdHi6B-my"; // JavaScript peers' ids have 22 characters

    /** Ours. */
    public static final Dialect XY = new Xy();

    /** Ours, to a server that sends back the very text. */
    public static final Dialect XY_ECHO = new XyEcho();

    /** STOMP over WebSocket. */
    public static final Dialect STOMP = new Stomp();

    /** Socket.IO 4, which is Engine.IO 4, over WebSocket. */
    public static final Dialect SOCKET_IO = new SocketIo();

    private Dialects() {}

    private static class Xy implements Dialect {

        @Override
        public String path() {
            return "/ws";
        }

        @Override
        public List<Greeting> greetings() {
            return List.of();
        }

        @Override
        public String call(String function, int slot, String payload) {
            return "{\"e\":\"c." + function + "\",\"p\":" + payload + ",\"id\":\"" + ID + (10 + slot) + "\"}";
        }

        @Override
        public int payloadAt(int offset, int length, int payloadLength) {
            return offset + length - 1 - payloadLength;
        }

        @Override
        public String eventPrefix() {
            return "{\"e\":\"e.changed\",\"p\":";
        }
    }

    private static final class XyEcho extends Xy {

        private static final int BEHIND_PAYLOAD = ",\"id\":\"\"}".length() + ID.length() + 2;

        @Override
        public int payloadAt(int offset, int length, int payloadLength) {
            return offset + length - BEHIND_PAYLOAD - payloadLength;
        }
    }

    private static final class Stomp implements Dialect {

        @Override
        public String path() {
            return "/ws";
        }

        @Override
        public List<Greeting> greetings() {
            return List.of(
                    new Greeting(null, "CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0"),
                    new Greeting("CONNECTED", "SUBSCRIBE\nid:0\ndestination:/user/queue/echo\n\n\0"),
                    new Greeting(null, "SUBSCRIBE\nid:1\ndestination:/topic/changed\n\n\0"));
        }

        /** The simple broker confirms no subscription, and handles what follows one at the same time. */
        @Override
        public int settlingMillis() {
            return 500;
        }

        @Override
        public String call(String function, int slot, String payload) {
            return "SEND\ndestination:/app/" + function + "\ncontent-type:application/json\ncontent-length:"
                    + payload.length() + "\n\n" + payload + "\0";
        }

        @Override
        public int payloadAt(int offset, int length, int payloadLength) {
            return offset + length - 1 - payloadLength;
        }

        @Override
        public String eventPrefix() {
            return "MESSAGE\n";
        }
    }

    private static final class SocketIo implements Dialect {

        @Override
        public String path() {
            return "/socket.io/?EIO=4&transport=websocket";
        }

        @Override
        public List<Greeting> greetings() {
            return List.of(new Greeting("0", "40"), new Greeting("40", null));
        }

        @Override
        public String call(String function, int slot, String payload) {
            return "42" + (10 + slot) + "[\"" + function + "\"," + payload + "]";
        }

        @Override
        public int payloadAt(int offset, int length, int payloadLength) {
            return offset + length - 1 - payloadLength;
        }

        @Override
        public String eventPrefix() {
            return "42[\"changed\",";
        }
    }
}
