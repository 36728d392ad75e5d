package io.xywebsocket.client;

import io.xywebsocket.transport.Transport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a receiver of what arrives, and of the end: once, and after everything else. The end may come at any time on any thread,
 * even before there is a receiver; while something is being told it waits for that, but whoever brings it about doesn't. Thread-safe.
 */
final class OrderlyReceiver {

    private record End(int code, String reason) {}

    private final JdkTransport.Owner owner;

    // all guarded by this
    private Transport.@Nullable Receiver receiver;
    private @Nullable End end;
    private int telling;

    /** There was room again before there was a receiver to be told of it. */
    private boolean roomUntold;

    OrderlyReceiver(JdkTransport.Owner owner) {
        this.owner = owner;
    }

    /** Asks the owner for the receiver, unless it is over already. Returns whether there is one. */
    boolean open(JdkTransport transport) {
        if (!begin()) {
            return false;
        }
        Transport.Receiver taker = owner.opened(transport);
        boolean room;
        synchronized (this) {
            receiver = taker;
            room = roomUntold;
        }
        if (taker != null && room) {
            taker.writable();
        }
        finish();
        return taker != null;
    }

    /** The transport takes more. The receiver may send as soon as it is made, before this knows it. */
    void writable() {
        synchronized (this) {
            if (receiver == null) {
                roomUntold = true;
                return;
            }
        }
        tell(Transport.Receiver::writable);
    }

    /** Tells the receiver something unless it is over. By any threads at once, if it is fit for that. */
    void tell(Consumer<Transport.Receiver> news) {
        Transport.Receiver told = receiver();
        if (told != null && begin()) {
            try {
                news.accept(told);
            } finally {
                finish();
            }
        }
    }

    void over(int code, String reason) {
        End now = new End(code, reason);
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = now;
            if (telling > 0) {
                return;
            }
        }
        tell(now);
    }

    synchronized boolean isOver() {
        return end != null;
    }

    private synchronized boolean begin() {
        if (end == null) {
            telling++;
        }
        return end == null;
    }

    private void finish() {
        End meanwhile;
        synchronized (this) {
            telling--;
            meanwhile = telling == 0 ? end : null;
        }
        if (meanwhile != null) {
            tell(meanwhile);
        }
    }

    private void tell(End over) {
        Transport.Receiver told = receiver();
        if (told != null) {
            try {
                told.closed(over.code, over.reason);
            } finally {
                owner.ended(over.code, over.reason); // else there would be no further try
            }
        }
    }

    private synchronized Transport.@Nullable Receiver receiver() {
        return receiver;
    }
}
