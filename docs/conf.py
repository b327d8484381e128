"""How Sphinx makes the site; `tools/build_site.py` prepares its sources and runs it (`make site`)."""

import tools

PROJECT = tools.project()
REPOSITORY = PROJECT["urls"]["Repository"]
OWNER, NAME = REPOSITORY.split("/")[-2:]
LESSON = "notebooks/calculus.ipynb"

project = html_title = "Calculus for machine learning"
author = "Calculus for Machine Learning contributors"
language = "en"
version = release = PROJECT["version"]

extensions = ["myst_nb", "sphinx_design", "sphinx_copybutton"]
nb_execution_mode = "off"  # build_site.py has run the notebooks, each figure as one that answers without a kernel
nb_render_markdown_format = "myst"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "html_image", "colon_fence", "substitution"]
myst_heading_anchors = 3
myst_substitutions = {
    "repository": f"[repository]({REPOSITORY})",
    "binder": f"[Binder](https://mybinder.org/v2/gh/{OWNER}/{NAME}/v{release}?urlpath=lab/tree/{LESSON})",
    "colab": f"[Colab](https://colab.research.google.com/github/{OWNER}/{NAME}/blob/v{release}/{LESSON})",
}
# Anchors such as #part-1 are written in HTML, of which MyST knows nothing; tests/site looks whether each link arrives.
suppress_warnings = ["myst.xref_missing", "myst.header", "mystnb.unknown_mime_type"]

html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_css_files = ["unit.css"]
html_favicon = "_static/favicon.svg"
html_context = {"default_mode": "auto"}
html_show_copyright = False
mathjax_path = "mathjax/tex-chtml.js"  # served by the site: no request leaves it
html_theme_options = {
    "repository_url": REPOSITORY,
    "repository_branch": f"v{release}",
    "use_repository_button": True,
    "use_issues_button": True,
    "home_page_in_toc": True,
    "launch_buttons": {
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
        "notebook_interface": "jupyterlab",
    },
}
