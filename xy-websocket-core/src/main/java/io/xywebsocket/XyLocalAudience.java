package io.xywebsocket;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * The peers of this node, to which a filter can be applied. Immutable.
 *
 * @since 0.1
 */
public interface XyLocalAudience extends XyAudience {

    /**
     * Returns the peers of this audience that a filter accepts.
     *
     * @param filter called once for each connected peer, on the sending thread
     */
    XyLocalAudience where(Predicate<? super XyPeer> filter);

    @Override
    XyLocalAudience except(XyMember... members);

    @Override
    XyLocalAudience exceptIds(String... ids);

    @Override
    XyLocalAudience withTimeout(Duration timeout);
}
