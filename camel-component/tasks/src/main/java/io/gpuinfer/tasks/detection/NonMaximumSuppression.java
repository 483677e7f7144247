package io.gpuinfer.tasks.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Leaves one box of those that a model puts around one thing.
 *
 * <p>Boxes are taken by score. One that overlaps a box taken before by more than {@code iou} is
 * taken for the same thing. The work is bounded by the product of {@link #MOST_CANDIDATES} and
 * {@code maxDetections}.
 *
 * @param suppression what becomes of the boxes that overlap
 * @param iou intersection over union from which two boxes are of one thing
 * @param agnostic whether boxes of different classes suppress each other as well
 * @param maxDetections how many boxes may be left
 */
record NonMaximumSuppression(
    Suppression suppression, double iou, boolean agnostic, int maxDetections) {

  /** As many as Ultralytics' YOLO considers. */
  static final int MOST_CANDIDATES = 30_000;

  List<Candidate> apply(Candidates candidates) {
    return switch (suppression) {
      case NONE -> candidates.best(maxDetections);
      case GREEDY -> groups(candidates).stream().map(group -> group.get(0)).toList();
      case BLEND -> groups(candidates).stream().map(NonMaximumSuppression::mean).toList();
    };
  }

  /** The surest box of each thing, followed by those that overlap it. */
  private List<List<Candidate>> groups(Candidates candidates) {
    List<List<Candidate>> groups = new ArrayList<>();
    for (Candidate candidate : candidates.best(MOST_CANDIDATES)) {
      List<Candidate> same = groupOf(candidate, groups);
      if (same != null) {
        same.add(candidate);
      } else if (groups.size() < maxDetections) {
        groups.add(new ArrayList<>(List.of(candidate)));
      }
    }
    return groups;
  }

  private List<Candidate> groupOf(Candidate candidate, List<List<Candidate>> groups) {
    for (List<Candidate> group : groups) {
      Candidate first = group.get(0);
      if ((agnostic || first.type() == candidate.type())
          && first.box().overlap(candidate.box()) > iou) {
        return group;
      }
    }
    return null;
  }

  /** The mean place, weighted by score, with the score of the first. */
  private static Candidate mean(List<Candidate> group) {
    double total = group.stream().mapToDouble(Candidate::score).sum();
    Candidate first = group.get(0);
    if (group.size() == 1 || total == 0) {
      return first;
    }
    double[] box = new double[4];
    double[] places = new double[2 * first.keypoints().size()];
    for (Candidate one : group) {
      double weight = one.score() / total;
      box[0] += weight * one.box().left();
      box[1] += weight * one.box().top();
      box[2] += weight * one.box().right();
      box[3] += weight * one.box().bottom();
      for (int i = 0; i < first.keypoints().size(); i++) {
        places[2 * i] += weight * one.keypoints().get(i).x();
        places[2 * i + 1] += weight * one.keypoints().get(i).y();
      }
    }
    List<Keypoint> keypoints =
        IntStream.range(0, first.keypoints().size())
            .mapToObj(i -> new Keypoint(places[2 * i], places[2 * i + 1]))
            .toList();
    return new Candidate(
        first.type(), first.score(), new Box(box[0], box[1], box[2], box[3]), keypoints);
  }
}
