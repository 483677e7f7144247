# Makes pages of the site of AsciiDoc: Asciidoctor's own HTML within page.html.erb.

require 'digest'
require 'erb'

class SiteConverter < (Asciidoctor::Converter.for 'html5')
  register_for 'html5'

  DOCS = Pathname.new(__dir__).parent
  TEMPLATE = ERB.new(File.read(File.join(__dir__, 'page.html.erb')), trim_mode: '-')

  # By the way from a page to the first folder.
  NAVIGATION = {}

  def convert_document node
    @root = '../' * page(node).each_filename.drop(1).size
    TEMPLATE.result_with_hash(
      title: node.doctitle(sanitize: true),
      heading: node.doctitle,
      root: @root,
      navigation: navigation(node),
      outline: node.sections? ? convert_outline(node, toclevels: 2) : nil,
      content: node.content
    )
  end

  # Wide tables scroll by themselves.
  def convert_table node
    %(<div class="scroll" tabindex="0">#{super}</div>)
  end

  # Mermaid is drawn beforehand: it needs a browser.
  def convert_listing node
    return super unless node.attr('language') == 'mermaid'

    hash = Digest::SHA256.hexdigest(node.lines.join("\n"))[0, 12]
    drawing = DOCS.join('site', 'drawings', "#{hash}.svg")
    unless drawing.exist?
      logger.error "#{page node}: no #{drawing.relative_path_from DOCS.parent}; scripts/diagrams draws it"
      return super
    end
    svg = drawing.read
    %(<div class="scroll drawing" tabindex="0" style="--width: #{svg[/max-width: ([\d.]+px)/, 1]}">#{svg}</div>)
  end

  # Long names may be broken where they have parts, so that columns of them are not as wide as they are.
  def convert_inline_quoted node
    return super unless node.type == :monospaced && node.text.length > 20 && !node.text.include?('<')

    super.gsub(%r{(?<=\w)[.:/](?=\w)}, '\0<wbr>')
  end

  def convert_inline_anchor node
    case node.type
    when :xref then titled node
    when :link then within node
    else super
    end || super
  end

  private

  # A link to a page says the title of that page where it says nothing else.
  def titled node
    return if node.text || !(path = node.attributes['path'])

    source = Pathname.new(node.document.attr 'docdir').join(path.delete_suffix('.html') + '.adoc')
    return unless source.exist?

    title = source.each_line.first.delete_prefix('= ').strip
    %(<a href="#{node.target}">#{node.document.apply_title_subs title}</a>)
  end

  # What a page names beside the documentation is in the repository, and not on the site.
  def within node
    return if node.target.match? %r{\A(?:[a-z]+:|\#)}

    file = DOCS.join(page(node).dirname, node.target)
    return if file.to_s.start_with? "#{DOCS}/"

    %(<span class="repository" title="#{file.relative_path_from DOCS.parent}">#{node.text}</span>)
  end

  def page node
    Pathname.new(node.document.attr 'docfile').relative_path_from(DOCS).sub_ext('.html')
  end

  def navigation node
    NAVIGATION[@root] ||= Asciidoctor.convert_file DOCS.join('_nav.adoc').to_s,
      safe: :safe, to_file: false, standalone: false, attributes: { 'relfileprefix' => @root }
    NAVIGATION[@root].sub(%( href="#{@root}#{page node}")) { |link| %(#{link} aria-current="page") }
  end
end

# The changelog is in Markdown, of which Asciidoctor knows all but links.
Asciidoctor::Extensions.register do
  include_processor do
    handles? { |target| target.end_with? '.md' }
    process do |document, reader, target, attributes|
      file = File.expand_path target, document.attr('docdir')
      text = File.read(file).gsub(/\[([^\]]+)\]\(([^)\s]+)\)/) do
        label, url = $1, $2
        url.start_with?('docs/') ? "xref:#{url.delete_prefix 'docs/'}[#{label}]" : "link:#{url}[#{label}]"
      end
      reader.push_include text, file, target, 1, attributes
    end
  end
end
