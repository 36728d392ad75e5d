package io.xywebsocket.websocket;

/** Numbers of RFC 6455 §5.2 and §5.5. */
final class Opcodes {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int MAX_CONTROL_PAYLOAD = 125;

    private Opcodes() {}

    /** Whether RFC 6455 defines it; the others are reserved. */
    static boolean isKnown(int opcode) {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }

    static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }
}
