package io.gpuinfer.tasks.ocr;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the lines of a page belong together.
 *
 * @param angle degrees clockwise that the page is turned by
 * @param places the lines in the order in which they are read
 */
record PageLayout(double angle, List<Place> places) {

  /** In heights of a line: more space than this below a line ends its paragraph in any case. */
  private static final double MOST_SPACE = 1;

  /** In the usual distances of lines on the page: a larger one ends a paragraph. */
  private static final double MOST_DISTANCE = 1.4;

  /** How much higher the lines of one paragraph may be than others of it. */
  private static final double SAME_SIZE = 1.4;

  /**
   * A line's place.
   *
   * @param index which of the lines it is
   * @param paragraph its paragraph, from 0
   */
  record Place(int index, int paragraph) {}

  /** The layout of a page with these lines. */
  static PageLayout of(List<Quad> lines) {
    double angle = PageAngle.of(lines);
    List<PlacedLine> ordered =
        ReadingOrder.of(
            IntStream.range(0, lines.size())
                .mapToObj(i -> PlacedLine.of(i, lines.get(i), angle))
                .toList());
    double usual = usualDistance(ordered);
    List<Place> places = new ArrayList<>();
    int paragraph = 0;
    for (int i = 0; i < ordered.size(); i++) {
      if (i > 0 && !continues(ordered.get(i - 1), ordered.get(i), usual)) {
        paragraph++;
      }
      places.add(new Place(ordered.get(i).index(), paragraph));
    }
    return new PageLayout(angle, places);
  }

  /** From the middle of a line to that of the next below it: the median. */
  private static double usualDistance(List<PlacedLine> ordered) {
    double[] distances =
        IntStream.range(1, ordered.size())
            .filter(i -> isBelow(ordered.get(i - 1), ordered.get(i)))
            .mapToDouble(i -> ordered.get(i).middle() - ordered.get(i - 1).middle())
            .sorted()
            .toArray();
    return distances.length == 0 ? Double.POSITIVE_INFINITY : distances[distances.length / 2];
  }

  private static boolean continues(PlacedLine before, PlacedLine line, double usual) {
    double higher = Math.max(before.height(), line.height());
    double lower = Math.min(before.height(), line.height());
    return before.sharesRowWith(line)
        || (isBelow(before, line)
            && higher <= SAME_SIZE * lower
            && line.top() - before.bottom() <= MOST_SPACE * lower
            && line.middle() - before.middle() <= MOST_DISTANCE * usual);
  }

  private static boolean isBelow(PlacedLine before, PlacedLine line) {
    return line.middle() > before.middle() && !before.sharesRowWith(line) && line.overlaps(before);
  }
}
