package io.xywebsocket.transport;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

class InMemoryTransportTests implements TransportContract {

    @Override
    public Wire open(Transport.Receiver receiver) {
        return new InMemoryWire(receiver);
    }

    private static final class InMemoryWire implements Wire {

        private final InMemoryTransport far = InMemoryTransport.pair();
        private final PatientSender sender = new PatientSender(far);
        private final RecordingReceiver seen = new RecordingReceiver() {
            @Override
            public void onWritable() {
                sender.writable();
            }

            @Override
            public void onClosed(int code, String reason) {
                super.onClosed(code, reason);
                sender.closed();
            }
        };
        private final Transport near;

        InMemoryWire(Transport.Receiver receiver) {
            far.start(seen);
            far.other().start(receiver);
            near = far.other();
        }

        @Override
        public Transport near() {
            return near;
        }

        @Override
        public List<String> textsAtFarEnd() {
            return seen.texts();
        }

        @Override
        public int pingsAtFarEnd() {
            return far.pings();
        }

        @Override
        public @Nullable Closed closedAtFarEnd() {
            return seen.closed().isEmpty() ? null : seen.closed().get(0);
        }

        @Override
        public void send(String text) throws IOException {
            sender.send(text);
        }

        @Override
        public void ping() throws IOException {
            far.ping();
        }

        @Override
        public void pong() throws IOException {
            far.pong();
        }

        @Override
        public void close(int code, String reason) throws IOException {
            far.close(code, reason);
        }

        @Override
        public void vanish() {
            far.abort();
        }

        @Override
        public void stopReading() {
            far.pauseReading();
        }

        @Override
        public void readOn() {
            far.resumeReading();
        }

        @Override
        public void close() {
            far.abort();
        }
    }
}
