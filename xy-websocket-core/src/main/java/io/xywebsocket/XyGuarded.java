package io.xywebsocket;

/**
 * Marks an {@link XyFunction} or {@link XyListener} that has a rule about who may use it, which is checked when it runs. What
 * denies by default lets it pass.
 */
public interface XyGuarded {}
