package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The town as it is drawn. Streets cross where they have a point in common. */
record CityMap(int width, int height, List<Street> streets, List<Place> places) {

    record Street(String name, List<Point> points) {}

    record Place(String name, Point at) {

        private static final double IN_REACH = 30;

        void checkInReach(Point courier) {
            double distance = courier.distanceTo(at);
            if (distance > IN_REACH) {
                throw new XyException(409, name + " is still " + Math.round(distance) + " m away")
                        .with("code", "TOO_FAR");
            }
        }
    }

    /** Reads the lines of {@code city.txt}: {@code size W H}, {@code street NAME: X,Y …} and {@code place NAME: X,Y}. */
    static CityMap read(InputStream text) throws IOException {
        int[] size = new int[2];
        List<Street> streets = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        for (String line :
                new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("size ")) {
                size = Stream.of(line.substring(5).split(" "))
                        .mapToInt(Integer::parseInt)
                        .toArray();
            } else if (line.startsWith("street ")) {
                streets.add(new Street(name(line), points(line)));
            } else if (line.startsWith("place ")) {
                places.add(new Place(name(line), points(line).get(0)));
            }
        }
        return new CityMap(size[0], size[1], List.copyOf(streets), List.copyOf(places));
    }

    private static String name(String line) {
        return line.substring(line.indexOf(' ') + 1, line.indexOf(':'));
    }

    private static List<Point> points(String line) {
        return Stream.of(line.substring(line.indexOf(':') + 2).split(" "))
                .map(point -> point.split(","))
                .map(point -> new Point(Double.parseDouble(point[0]), Double.parseDouble(point[1])))
                .toList();
    }
}
