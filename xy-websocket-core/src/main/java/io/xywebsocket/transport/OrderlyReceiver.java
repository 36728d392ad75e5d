package io.xywebsocket.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a receiver of what arrives, and of the end: once, and after everything else. The end may come at any time on any thread,
 * even before there is a receiver; while something is being told it waits for that, but whoever brings it about doesn't. Thread-safe.
 *
 * @since 0.1
 */
public final class OrderlyReceiver {

    /** Hears of the end behind the receiver, even if that throws. */
    public interface Owner {

        /** The connection is over, as told to {@link Transport.Receiver#onClosed}. */
        void ended(int code, String reason);
    }

    private record End(int code, String reason) {}

    private final Owner owner;

    // changed with the lock
    private volatile Transport.@Nullable Receiver receiver;

    @GuardedBy("this")
    private @Nullable End end;

    /** Until there is a receiver, nothing can be told. */
    @GuardedBy("this")
    private int telling = 1;

    /** There was room again before there was a receiver to be told of it. */
    @GuardedBy("this")
    private boolean roomUntold;

    /** One whose end is of interest to nobody else. */
    public OrderlyReceiver() {
        this((code, reason) -> {});
    }

    /** @param owner told of the end if there was a receiver */
    public OrderlyReceiver(Owner owner) {
        this.owner = owner;
    }

    /** From now on there is a receiver; it hears of the end, too, if that has come before. To be called once. */
    public void start(Transport.Receiver hearing) {
        boolean room;
        synchronized (this) {
            receiver = hearing;
            room = roomUntold;
        }
        if (room) {
            hearing.onWritable();
        }
        finish();
    }

    /** The receiver, which is to be told something only between {@link #begin} and {@link #finish}. */
    public Transport.Receiver get() {
        return Objects.requireNonNull(receiver);
    }

    /** Returns whether the receiver may be told something; then {@link #finish} MUST follow. By any threads at once, if it is fit for that. */
    public synchronized boolean begin() {
        if (end != null) {
            return false;
        }
        telling++;
        return true;
    }

    /** What {@link #begin} has begun has been told. */
    public void finish() {
        End meanwhile;
        synchronized (this) {
            telling--;
            meanwhile = telling == 0 ? end : null;
        }
        if (meanwhile != null) {
            tell(meanwhile);
        }
    }

    /** Tells the receiver something, if there is one and it isn't over. */
    public void tell(Consumer<Transport.Receiver> news) {
        Transport.Receiver told = receiver;
        if (told != null && begin()) {
            try {
                news.accept(told);
            } finally {
                finish();
            }
        }
    }

    /** The transport takes more. The receiver may send as soon as it is made, before this knows it. */
    public void writable() {
        synchronized (this) {
            if (receiver == null) {
                roomUntold = true;
                return;
            }
        }
        tell(Transport.Receiver::onWritable);
    }

    /** The connection is over. A second time does nothing. */
    public void over(int code, String reason) {
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

    /** Whether {@link #over} has been called. */
    public synchronized boolean isOver() {
        return end != null;
    }

    private void tell(End over) {
        try {
            get().onClosed(over.code, over.reason);
        } finally {
            owner.ended(over.code, over.reason); // else there would be no further try
        }
    }
}
