package io.xywebsocket;

/**
 * Marks an {@link XyFunction} or {@link XyListener} with an access rule, which is checked when it runs. Deny-by-default
 * lets it pass.
 */
public interface XyGuarded {}
