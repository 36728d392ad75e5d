package io.xywebsocket.benchmarks.load;

/**
 * How a server is at one moment.
 *
 * @param second  since the beginning
 * @param heap    bytes, after garbage collection
 * @param own     bytes of it in instances of our classes
 * @param entries of hash maps in the whole JVM, without some of the container's
 * @param threads of the JVM
 * @param files   open file descriptors
 * @param peers   connected
 * @param closing connections that are no peers any more
 * @param pending calls to peers that wait for their answers
 */
record Sample(
        double second, long heap, long own, long entries, int threads, int files, int peers, int closing, int pending) {

    static Sample of(ServerProcess server, double second) {
        String[] numbers = server.ask("sample").split(" ");
        return new Sample(
                second,
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Integer.parseInt(numbers[3]),
                Integer.parseInt(numbers[4]),
                Integer.parseInt(numbers[5]),
                Integer.parseInt(numbers[6]),
                Integer.parseInt(numbers[7]));
    }

    boolean isEmpty() {
        return peers + closing + pending == 0;
    }
}
