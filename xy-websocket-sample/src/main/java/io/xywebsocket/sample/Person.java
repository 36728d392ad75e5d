package io.xywebsocket.sample;

import java.util.Locale;

/**
 * Somebody who has the page open, as they are also sent to the pages.
 *
 * @param id     their connection's, and so another one after they come back
 * @param animal what their face looks like
 */
record Person(String id, String name, String animal, int hue) {

    Person called(String otherName) {
        String otherAnimal = otherName.substring(otherName.indexOf(' ') + 1).toLowerCase(Locale.ROOT);
        return new Person(id, otherName, otherAnimal, Math.floorMod(otherName.hashCode(), 360));
    }
}
