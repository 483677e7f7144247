package io.gpuinfer.dashboard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest seconds: an hour of them, or fewer where there are so many models. */
final class History {

  static final int SECONDS = 3600;

  /** Some tens of megabytes at most. */
  private static final long MOST_WEIGHT = 200_000;

  private final Deque<Second> seconds = new ArrayDeque<>();
  private long weight;

  synchronized void add(Second second) {
    seconds.addLast(second);
    weight += second.weight();
    while (seconds.size() > SECONDS || (weight > MOST_WEIGHT && seconds.size() > 1)) {
      weight -= seconds.removeFirst().weight();
    }
  }

  /** So many of the latest, or all where there are fewer; the oldest first. */
  synchronized List<Second> latest(int count) {
    List<Second> all = new ArrayList<>(seconds);
    return all.subList(Math.max(0, all.size() - count), all.size());
  }
}
