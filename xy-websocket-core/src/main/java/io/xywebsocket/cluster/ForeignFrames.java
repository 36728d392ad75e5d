package io.xywebsocket.cluster;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.untrusted.LogText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames on this cluster's channels that no node of it has sent: counted, logged and ignored. Thread-safe. */
final class ForeignFrames {

    private static final Logger log = LoggerFactory.getLogger(ForeignFrames.class);

    private final XyClusterSettings settings;
    private final ClusterCounters counters;
    private final LogThrottle otherVersion;
    private final LogThrottle otherApplication;
    private final LogThrottle malformed;

    ForeignFrames(XyClusterSettings settings, XyClock clock, ClusterCounters counters) {
        this.settings = settings;
        this.counters = counters;
        this.otherVersion = new LogThrottle(clock);
        this.otherApplication = new LogThrottle(clock);
        this.malformed = new LogThrottle(clock);
    }

    /** Returns whether a frame is of another version or of another application, and is to be ignored. */
    boolean isForeign(ReceivedFrame frame) {
        if (frame.version != NodeSetup.VERSION) {
            onOtherVersion(frame);
            return true;
        }
        if (!frame.fingerprint.equals(settings.fingerprint())) {
            onOtherApplication(frame);
            return true;
        }
        return false;
    }

    private void onOtherVersion(ReceivedFrame frame) {
        counters.foreignFrames.increment();
        if (otherVersion.tryAcquire()) {
            String more = otherVersion.takeSuppressed("more such frames");
            LogText.quietly(() -> log.warn(
                    "Node {} of the cluster '{}' uses version {} of the protocol between nodes, this node version {}: ignored{}",
                    LogText.of(frame.from),
                    settings.name(),
                    frame.version,
                    NodeSetup.VERSION,
                    more));
        }
    }

    private void onOtherApplication(ReceivedFrame frame) {
        counters.foreignFrames.increment();
        if (otherApplication.tryAcquire()) {
            String more = otherApplication.takeSuppressed("more such frames");
            LogText.quietly(() -> log.warn(
                    "Node {} has the cluster's name '{}', but is of another application ({} instead of {}): ignored{}",
                    LogText.of(frame.from),
                    settings.name(),
                    LogText.of(frame.fingerprint),
                    settings.fingerprint(),
                    more));
        }
    }

    void onMalformed(String channel, MalformedFrameException why) {
        counters.foreignFrames.increment();
        if (malformed.tryAcquire()) {
            LogText.quietly(
                    () -> log.warn("A message on {} is not a frame of a node: {}", channel, FailureText.of(why)));
        }
    }
}
