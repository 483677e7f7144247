package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/** The file format of a clip (MP4, Matroska, …), taken apart into the packets of its video. */
final class Container implements Closeable {

  /**
   * Containers, and no playlists: those have FFmpeg open whatever files and addresses they name.
   */
  private static final String FORMATS = "mov,matroska,avi,mpegts,mpeg,flv,ogg,asf";

  /** Sound and subtitles in many languages, and no more. */
  private static final int MAX_STREAMS = 16;

  private final ClipBytes bytes;
  private final ByteReader reader;
  private final VideoLimits limits;
  private final AVFormatContext context;
  private final AVStream video;
  private long bytesOfPackets;

  private Container(ClipBytes bytes, VideoLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
    this.reader = new ByteReader(bytes);
    this.context = avformat.avformat_alloc_context();
    try {
      this.video = open();
    } catch (RuntimeException | Error e) {
      release();
      throw e;
    }
  }

  /**
   * Reads the header of a clip.
   *
   * @param bytes closed with the container, or at once when there is none
   * @throws InvalidInputException when it is no clip, has no video, or is over a limit
   */
  static Container open(ClipBytes bytes, VideoLimits limits) throws IOException {
    Ffmpeg.prepare();
    try {
      limits.checkBytes(bytes.size());
      return new Container(bytes, limits);
    } catch (IOException | RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /** The stream of the video: how it is coded, and the unit of its time stamps. */
  AVStream video() {
    return video;
  }

  /** Length of the video in seconds, as the header has it; not a number where it has none. */
  double declaredSeconds() {
    if (video.duration() != avutil.AV_NOPTS_VALUE) {
      return video.duration() * unit();
    }
    return context.duration() == avutil.AV_NOPTS_VALUE
        ? Double.NaN
        : (double) context.duration() / avutil.AV_TIME_BASE;
  }

  /** The time stamp of the start in seconds; 0 where the header has none. */
  double startSeconds() {
    return video.start_time() == avutil.AV_NOPTS_VALUE ? 0 : video.start_time() * unit();
  }

  /** Frames per second on the average, as the header has it, or a usual number. */
  double declaredRate() {
    AVRational rate = avformat.av_guess_frame_rate(context, video, null);
    double perSecond = rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
    return perSecond > 0 ? perSecond : 25;
  }

  /**
   * Goes to the last key frame at or before a time, where the container has an index of them.
   * Others are read from the start.
   *
   * @param seconds as time stamps have it
   */
  void seek(double seconds) {
    boolean indexed = (context.iformat().flags() & avformat.AVFMT_TS_DISCONT) == 0;
    if (indexed) {
      long time = (long) Math.floor(seconds / unit());
      avformat.av_seek_frame(context, video.index(), time, avformat.AVSEEK_FLAG_BACKWARD);
    }
  }

  /**
   * Reads the next packet of the video.
   *
   * @param packet emptied and filled
   * @return false at the end
   * @throws InvalidInputException when the clip is cut off, damaged or over a limit
   */
  boolean read(AVPacket packet) {
    do {
      avcodec.av_packet_unref(packet);
      int result = avformat.av_read_frame(context, packet);
      reader.rethrow();
      if (result == avutil.AVERROR_EOF()) {
        checkEnd();
        return false;
      }
      Ffmpeg.check(result, "The clip is damaged or cut off");
    } while (packet.stream_index() != video.index());
    bytesOfPackets += packet.size();
    // The tables of a damaged clip can name the same bytes again and again.
    limits.checkBytes(bytesOfPackets);
    return true;
  }

  @Override
  public void close() throws IOException {
    release();
    bytes.close();
  }

  /** A reader that meets the end of the bytes takes it for the end of the clip. */
  private void checkEnd() {
    int last = avformat.avformat_index_get_entries_count(video) - 1;
    if (last < 0) {
      return;
    }
    AVIndexEntry entry = avformat.avformat_index_get_entry(video, last);
    if (!reader.reaches(entry.pos() + entry.size())) {
      throw new InvalidInputException(
          "The clip is cut off: its index names bytes that are missing");
    }
  }

  private AVStream open() {
    context.pb(reader.context());
    context.max_streams(MAX_STREAMS);
    AVDictionary options = new AVDictionary(null);
    avutil.av_dict_set(options, "format_whitelist", FORMATS, 0);
    // All there is to read comes from the bytes: no container may open anything else.
    avutil.av_dict_set(options, "protocol_whitelist", "none", 0);
    int opened = avformat.avformat_open_input(context, (String) null, null, options);
    avutil.av_dict_free(options);
    reader.rethrow();
    Ffmpeg.check(opened, "The clip is none, or is damaged");
    checkPixels();
    int found = readStreamInfo();
    reader.rethrow();
    checkPixels();
    Ffmpeg.check(found, "The clip is damaged");
    int index =
        avformat.av_find_best_stream(context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    // A song's cover counts as video, too.
    if (index < 0
        || (context.streams(index).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
      throw new InvalidInputException("The clip has no video");
    }
    for (int i = 0; i < context.nb_streams(); i++) {
      context.streams(i).discard(i == index ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
    }
    return context.streams(index);
  }

  /** Decodes some frames where the header says too little, but it says what streams there are. */
  private int readStreamInfo() {
    if ((context.ctx_flags() & avformat.AVFMTCTX_NOHEADER) != 0) {
      // The limit below does not reach streams that turn up later. What takes frames apart still
      // sees the size of most; the others are seen when they are decoded, within the limit.
      avutil.av_opt_set(context, "codec_whitelist", "none", 0);
    }
    int count = context.nb_streams();
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, count))) {
      for (int i = 0; i < count; i++) {
        AVDictionary option = new AVDictionary(null);
        avutil.av_dict_set(option, "max_pixels", String.valueOf(limits.decoderPixels()), 0);
        options.put(i, option);
      }
      int found = avformat.avformat_find_stream_info(context, options);
      for (int i = 0; i < count; i++) {
        AVDictionary unused = options.get(AVDictionary.class, i);
        if (unused != null) {
          avutil.av_dict_free(unused);
        }
      }
      return found;
    }
  }

  /** A decoder that is told to refuse large frames does so without saying why. */
  private void checkPixels() {
    for (int i = 0; i < context.nb_streams(); i++) {
      AVCodecParameters declared = context.streams(i).codecpar();
      if (declared.codec_type() == avutil.AVMEDIA_TYPE_VIDEO) {
        limits.checkPixels(declared.width(), declared.height());
      }
    }
  }

  private double unit() {
    return avutil.av_q2d(video.time_base());
  }

  private void release() {
    // Does nothing where opening has failed, which frees the context.
    avformat.avformat_close_input(context);
    reader.close();
  }
}
