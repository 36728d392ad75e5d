package io.xywebsocket.sample;

/** A point of the town's map; a unit is about a metre. */
record Point(double x, double y) {

    double distanceTo(Point other) {
        return Math.hypot(other.x - x, other.y - y);
    }

    /** The point that lies so far from this one in the direction of the other. */
    Point towards(Point other, double distance) {
        double part = distance / distanceTo(other);
        return new Point(x + (other.x - x) * part, y + (other.y - y) * part);
    }

    /** How far this point is from the straight line between two others. */
    double distanceToLine(Point from, Point to) {
        double length = from.distanceTo(to);
        double along = ((x - from.x) * (to.x - from.x) + (y - from.y) * (to.y - from.y)) / length;
        return along <= 0 ? distanceTo(from) : distanceTo(along >= length ? to : from.towards(to, along));
    }
}
