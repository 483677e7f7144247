package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** FFmpeg as a whole: what it is told once, and what its numbers for errors mean. */
final class Ffmpeg {

  /** More than a frame of any size that a clip may have; tables of files that lie ask for more. */
  private static final long MAX_BLOCK = 256L << 20;

  static {
    // What is wrong with a clip is told to its sender; FFmpeg would tell standard error as well.
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    avutil.av_max_alloc(MAX_BLOCK);
    // Each of its libraries is loaded when the first of these is called.
    avformat.avformat_version();
    avcodec.avcodec_version();
    avfilter.avfilter_version();
  }

  private Ffmpeg() {}

  /** To be called before anything else of FFmpeg's. */
  static void prepare() {
    // The static initialiser did it.
  }

  /**
   * @param what what does not work, as in "The clip cannot be decoded"
   * @throws InvalidInputException when the result is an error
   */
  static int check(int result, String what) {
    if (result < 0) {
      throw new InvalidInputException(what + ": " + message(result));
    }
    return result;
  }

  private static String message(int error) {
    byte[] text = new byte[128];
    avutil.av_strerror(error, text, text.length);
    return new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
  }
}
