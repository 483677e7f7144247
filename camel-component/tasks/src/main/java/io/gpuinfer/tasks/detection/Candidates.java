package io.gpuinfer.tasks.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The boxes that a head finds in a model's outputs, without those that cannot count. */
final class Candidates {

  private final double scoreThreshold;
  private final List<Candidate> found = new ArrayList<>();

  /**
   * @param scoreThreshold the least score of a box
   */
  Candidates(double scoreThreshold) {
    this.scoreThreshold = scoreThreshold;
  }

  /** Whether a score counts; NaN does not. A head asks before it works a box out. */
  boolean takes(double score) {
    return score >= scoreThreshold && score < Double.POSITIVE_INFINITY;
  }

  /** Adds a box without keypoints, if it counts. */
  void add(int type, double score, Box box) {
    add(type, score, box, List.of());
  }

  /** Adds a box if it counts: it has an area, and is nowhere infinite or NaN. */
  void add(int type, double score, Box box, List<Keypoint> keypoints) {
    if (takes(score) && box.hasArea() && keypoints.stream().allMatch(Keypoint::hasPlace)) {
      found.add(new Candidate(type, score, box, keypoints));
    }
  }

  /**
   * The surest first; those of one score in the order in which they were added.
   *
   * @param most how many there may be
   */
  List<Candidate> best(int most) {
    return found.stream()
        .sorted(Comparator.comparingDouble(Candidate::score).reversed())
        .limit(most)
        .toList();
  }
}
