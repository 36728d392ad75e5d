package io.xywebsocket.sample;

import java.util.Locale;

/**
 * Somebody who has the page open, as they are also sent to the pages.
 *
 * @param id     their connection's, and so another one after they come back
 * @param animal what their face looks like
 * @param node   the name of the node that they are connected to; empty if there is only one
 */
record Person(String id, String name, String animal, int hue, String node) {

    static Person called(String name, String id, String node) {
        String animal = name.substring(name.indexOf(' ') + 1).toLowerCase(Locale.ROOT);
        return new Person(id, name, animal, Math.floorMod(name.hashCode(), 360), node);
    }
}
