package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.protocol.JsonBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What many threads share while it comes and goes. */
class ChurnTests extends WithEndpoints implements Outbound.Owner {

    private static final int SENDERS = 4;
    private static final int FRAMES = 150;

    @Override
    public void onPinged() {}

    @Override
    public void onRoomToSend() {}

    @Override
    public void onWriteFailed(Throwable cause) {}

    private Outbound outbound(RecordingTransport transport, ExecutorService writers) {
        SendQueue queue = new SendQueue(2_000, XySlowPeerPolicy.DROP_PEER, new Counters());
        return new Outbound(transport, writers, queue, this);
    }

    /** Rounds in which nothing, a close or a drop comes in between, by turns. */
    @Test
    void theQueueKeepsWhatItTookInOrderAlsoWhenItEndsInBetween() throws InterruptedException {
        ExecutorService writers = Executors.newCachedThreadPool();
        closing(writers::shutdownNow);
        for (int round = 0; round < 90; round++) {
            RecordingTransport transport = new RecordingTransport();
            Outbound outbound = outbound(transport, writers);
            int end = round % 3;
            AtomicInteger names = new AtomicInteger();
            Map<Integer, Integer> queued = new ConcurrentHashMap<>();
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger writtenAtEnd = new AtomicInteger();
            int endAt = 1 + ThreadLocalRandom.current().nextInt(SENDERS * FRAMES);
            StressTests.together(SENDERS, () -> {
                int sender = names.incrementAndGet();
                for (int i = 0; i < FRAMES && sendWhenThereIsRoom(outbound, sender + " " + i); i++) {
                    queued.put(sender, i + 1);
                    boolean now = sent.incrementAndGet() == endAt;
                    if (now && end == 1) {
                        outbound.close(1000, "");
                    } else if (now && end == 2) {
                        outbound.discard();
                        writtenAtEnd.set(transport.written().size());
                    }
                }
            });
            StressTests.soon().until(() -> outbound.progress() < 0);
            Map<Integer, Integer> written = writtenInOrder(transport.written());
            if (end == 2) {
                // one may have been on its way
                assertThat(transport.written()).hasSizeLessThanOrEqualTo(writtenAtEnd.get() + 1);
                written.forEach((sender, count) -> assertThat(count).isLessThanOrEqualTo(queued.get(sender)));
            } else {
                assertThat(written).isEqualTo(queued);
            }
            if (end == 1) {
                assertThat(transport.written()).last().asString().startsWith("close 1000");
            }
        }
    }

    private static boolean sendWhenThereIsRoom(Outbound outbound, String text) {
        JsonBuffer frame = new JsonBuffer()
                .append(text + " ".repeat(1 + ThreadLocalRandom.current().nextInt(60)));
        boolean alone = ThreadLocalRandom.current().nextInt(4) > 0;
        Outbound.Offer offer;
        while ((offer = offer(outbound, EncodedFrame.of(frame, EncodedFrame.Kind.EVENT, null), alone))
                == Outbound.Offer.FULL) {
            LockSupport.parkNanos(10_000);
        }
        return offer == Outbound.Offer.QUEUED;
    }

    /** As single senders do it, or as drain runs do it, which write for themselves. */
    private static Outbound.Offer offer(Outbound outbound, EncodedFrame frame, boolean alone) {
        if (alone) {
            return outbound.send(frame);
        }
        Outbound.Offer offer = outbound.add(frame);
        outbound.drain();
        return offer;
    }

    /** How many frames each sender got through: its first, its second and so on, each once. */
    private static Map<Integer, Integer> writtenInOrder(List<String> written) {
        Map<Integer, Integer> counts = new ConcurrentHashMap<>();
        for (String frame : written) {
            if (!frame.startsWith("close")) {
                String[] parts = frame.split(" ");
                int before = counts.merge(Integer.parseInt(parts[0]), 1, Integer::sum) - 1;
                assertThat(Integer.parseInt(parts[1])).isEqualTo(before);
            }
        }
        return counts;
    }

    /** Threads fight for names while peers call and send: whoever has registered is there until it goes, and nobody else is. */
    @Test
    void handlersComeAndGoUnderLoad() throws InterruptedException {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = List.of(connect(endpoint, 1 << 20), connect(endpoint, 1 << 20));
        AtomicInteger roles = new AtomicInteger();
        StressTests.together(5, () -> {
            int role = roles.getAndIncrement();
            if (role < peers.size()) {
                callAndSend(peers.get(role));
            } else {
                register(endpoint.handlers, role);
            }
        });
        for (RawPeer peer : peers) {
            await().until(() -> peer.received() == 3_000);
            Map<String, List<String>> answers =
                    peer.frames().stream().collect(Collectors.groupingBy(ChurnTests::idWithoutQuotes));
            assertThat(answers).hasSize(3_000);
            assertThat(peer.frames()).allMatch(frame -> frame.startsWith("{\"e\":\"resolve.") || frame.contains("404"));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(endpoint.handlers.isRegistered("f" + i)).isFalse();
            assertThat(endpoint.handlers.listeners("e" + i)).isEmpty();
        }
        await().until(() -> endpoint.peers.connections().stream().allMatch(Connection::isIdle));
    }

    private static String idWithoutQuotes(String frame) {
        return frame.substring(frame.indexOf("\"id\":") + 5).split("[,}]")[0];
    }

    private static void callAndSend(RawPeer peer) {
        for (int i = 0; i < 3_000; i++) {
            peer.send(call("f" + i % 2, "" + i));
            if (i % 3 == 0) {
                peer.send(event("e" + i % 2));
            }
        }
    }

    private static void register(HandlerTable handlers, int role) {
        Random random = ThreadLocalRandom.current();
        AtomicInteger holders = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            String suffix = "" + random.nextInt(2);
            XyListener listener = (name, payload, peer) -> holders.incrementAndGet();
            int before = handlers.listeners("e" + suffix).size();
            XyRegistration heard = handlers.on("e" + suffix, listener);
            assertThat(handlers.listeners("e" + suffix)).isNotEmpty();
            try (XyRegistration mine = handlers.register("f" + suffix, (name, payload, peer) -> role)) {
                assertThat(handlers.function("f" + suffix).call("", XyPayload.none(), null))
                        .isEqualTo(role);
            } catch (IllegalStateException taken) {
                assertThat(taken).hasMessageContaining("already");
            } catch (Exception e) {
                throw new AssertionError(e);
            } finally {
                heard.close();
            }
            assertThat(before).isLessThanOrEqualTo(3);
        }
    }
}
