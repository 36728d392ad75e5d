package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import io.xywebsocket.sample.CityMap.Place;
import io.xywebsocket.sample.CityMap.Street;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/** The town: its map, and the shortest ways through its streets. Thread-safe, as it never changes. */
@Component
class City {

    /** A piece of street without a crossing in between. */
    private record Stretch(Point from, Point to) {}

    private record Reached(Point crossing, double distance) {}

    private final CityMap map;
    private final List<Stretch> stretches = new ArrayList<>();
    private final Map<Point, List<Point>> neighbours = new LinkedHashMap<>();

    City() throws IOException {
        try (InputStream text = new ClassPathResource("city.txt").getInputStream()) {
            map = CityMap.read(text);
        }
        for (Street street : map.streets()) {
            for (int i = 1; i < street.points().size(); i++) {
                Point from = street.points().get(i - 1);
                Point to = street.points().get(i);
                stretches.add(new Stretch(from, to));
                neighbours.computeIfAbsent(from, crossing -> new ArrayList<>()).add(to);
                neighbours.computeIfAbsent(to, crossing -> new ArrayList<>()).add(from);
            }
        }
    }

    CityMap map() {
        return map;
    }

    /** The place of this name; the error names the field, so that the page can show it there. */
    Place place(String name, String field) {
        return map.places().stream()
                .filter(place -> place.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new XyException(404, "There is no '" + name + "' in this town").with("field", field));
    }

    Place anyPlace() {
        return map.places().get(ThreadLocalRandom.current().nextInt(map.places().size()));
    }

    /** The same point, or the nearest one that is still on the map. */
    Point within(Point point) {
        return new Point(Math.max(0, Math.min(map.width(), point.x())), Math.max(0, Math.min(map.height(), point.y())));
    }

    /** The crossings on the shortest way from anywhere to a crossing, which is the last of them. */
    List<Point> way(Point from, Point to) {
        Map<Point, Double> distances = new HashMap<>();
        Map<Point, Point> before = new HashMap<>();
        PriorityQueue<Reached> reached = new PriorityQueue<>(Comparator.comparingDouble(Reached::distance));
        Stretch start = stretches.stream()
                .min(Comparator.comparingDouble(stretch -> from.distanceToLine(stretch.from(), stretch.to())))
                .orElseThrow();
        for (Point end : List.of(start.from(), start.to())) {
            distances.put(end, from.distanceTo(end));
            reached.add(new Reached(end, from.distanceTo(end)));
        }
        while (!reached.isEmpty() && !reached.peek().crossing().equals(to)) {
            Point crossing = reached.remove().crossing();
            for (Point next : neighbours.get(crossing)) {
                double distance = distances.get(crossing) + crossing.distanceTo(next);
                if (distance < distances.getOrDefault(next, Double.MAX_VALUE)) {
                    distances.put(next, distance);
                    before.put(next, crossing);
                    reached.add(new Reached(next, distance));
                }
            }
        }
        List<Point> way = new ArrayList<>();
        for (Point crossing = to; crossing != null; crossing = before.get(crossing)) {
            way.add(crossing);
        }
        Collections.reverse(way);
        return way;
    }
}
