package io.xywebsocket.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port for servers that come and go: while none of them listens, Linux gives it to nobody who asks for any port. Other systems
 * don't let a server have what is held like this; there it is merely free now.
 */
public final class HeldPort implements AutoCloseable {

    private final Socket holder = new Socket();
    private final int number;

    public HeldPort() {
        try {
            holder.setReuseAddress(true); // as servers do, so one of them may have it beside us
            holder.bind(new InetSocketAddress(0));
            number = holder.getLocalPort();
            if (!System.getProperty("os.name").equals("Linux")) {
                holder.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int number() {
        return number;
    }

    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
