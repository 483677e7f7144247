package io.gpuinfer.tasks.video;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns what each frame of a clip shows into segments of time: a value that is seen in frame after
 * frame is one segment. Keeps no frames, only segments. Not thread-safe.
 */
public final class Segments {

  private static final double MICROS = 1e6;

  /** For each frame, of texts that their lengths may let be alike: a fraction of a second. */
  private static final int MAX_COMPARISONS = 2000;

  private final double maxGap;
  private final double minLikeness;
  private final List<Track> open = new ArrayList<>();
  private final List<Segment> closed = new ArrayList<>();
  private double first = Double.NaN;
  private double last = Double.NaN;
  private int frames;

  /**
   * @param maxGap for how many seconds a value may be out of sight and still be the same segment
   * @param minLikeness how like two values must be to be the same, above 0 to 1, which is for equal
   *     ones alone; of two texts, 1 less their edit distance in lengths of the longer one. Texts of
   *     more than 500 characters must be equal, and so must those that are left after 2000
   *     comparisons for a frame
   */
  public Segments(double maxGap, double minLikeness) {
    if (!(maxGap >= 0) || !(minLikeness > 0 && minLikeness <= 1)) {
      throw new IllegalArgumentException(
          "A gap is at least 0 s and a likeness above 0 to 1, not %s and %s"
              .formatted(maxGap, minLikeness));
    }
    this.maxGap = maxGap;
    this.minLikeness = minLikeness;
  }

  /** What is seen for a time; of like values, it is the one seen most often. */
  private static final class Track {

    private final double start;
    private final Map<String, Integer> values = new LinkedHashMap<>();
    private String latest;
    private int frames;

    /** The time of the first frame without it; not a number while there was none. */
    private double end = Double.NaN;

    Track(double start) {
      this.start = start;
    }

    void see(String value) {
      values.merge(value, 1, Integer::sum);
      latest = value;
      frames++;
      end = Double.NaN;
    }

    void miss(double seconds) {
      if (Double.isNaN(end)) {
        end = seconds;
      }
    }

    Segment segment(double clipEnd) {
      String value =
          values.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
      return new Segment(start, Double.isNaN(end) ? clipEnd : end, value, frames);
    }
  }

  /** A value of a frame and a segment that it may belong to. */
  private record Match(String value, Track track, double likeness) {}

  /**
   * Adds the next frame.
   *
   * @param seconds its time, after that of the frame before it
   * @param values what it shows; what it shows twice counts once
   */
  public void add(double seconds, Collection<String> values) {
    if (seconds <= last) {
      throw new IllegalArgumentException(
          "A frame at second %s comes after one at second %s".formatted(seconds, last));
    }
    first = frames == 0 ? seconds : first;
    last = seconds;
    frames++;
    expire();
    Set<String> seen = new LinkedHashSet<>(values);
    List<Track> unseen = new ArrayList<>(open);
    continueEqual(seen, unseen);
    continueAlike(seen, unseen);
    unseen.forEach(track -> track.miss(seconds));
    for (String value : seen) {
      Track track = new Track(seconds);
      track.see(value);
      open.add(track);
    }
  }

  /** All segments up to now, by the time of their start. */
  public List<Segment> list() {
    double interval = frames < 2 ? 0 : (last - first) / (frames - 1);
    double end = Math.rint((last + interval) * MICROS) / MICROS;
    List<Segment> all = new ArrayList<>(closed);
    open.forEach(track -> all.add(track.segment(end)));
    all.sort(Comparator.comparingDouble(Segment::startSeconds));
    return all;
  }

  private static void continueEqual(Set<String> seen, List<Track> unseen) {
    for (Iterator<Track> tracks = unseen.iterator(); tracks.hasNext(); ) {
      Track track = tracks.next();
      if (seen.remove(track.latest)) {
        track.see(track.latest);
        tracks.remove();
      }
    }
  }

  /** The most alike first, so that each of two like texts keeps its own segment. */
  private void continueAlike(Set<String> seen, List<Track> unseen) {
    if (minLikeness == 1) {
      return;
    }
    List<Match> matches = matches(seen, unseen);
    matches.sort(Comparator.comparingDouble(Match::likeness).reversed());
    for (Match match : matches) {
      if (seen.contains(match.value()) && unseen.remove(match.track())) {
        seen.remove(match.value());
        match.track().see(match.value());
      }
    }
  }

  private List<Match> matches(Set<String> seen, List<Track> unseen) {
    List<Match> matches = new ArrayList<>();
    int comparisons = 0;
    for (String value : seen) {
      for (Track track : unseen) {
        if (!Likeness.isWorthComparing(value, track.latest, minLikeness)) {
          continue;
        }
        if (comparisons++ == MAX_COMPARISONS) {
          return matches;
        }
        double likeness = Likeness.of(value, track.latest, minLikeness);
        if (likeness >= minLikeness) {
          matches.add(new Match(value, track, likeness));
        }
      }
    }
    return matches;
  }

  private void expire() {
    for (Iterator<Track> tracks = open.iterator(); tracks.hasNext(); ) {
      Track track = tracks.next();
      if (last - track.end > maxGap) {
        closed.add(track.segment(track.end));
        tracks.remove();
      }
    }
  }
}
